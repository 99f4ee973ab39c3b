"use strict";
(() => {
  const links = JSON.parse(document.getElementById("links").textContent);
  const help = document.getElementById("help");
  const said = document.getElementById("said");
  const transcript = document.querySelector(".transcript");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (element) => element.getClientRects().length > 0;
  let current = 0; // the rank of the selected difference
  let word = -1; // the index of the selected word among the linked ones

  /** Scroll the pane of an element so that it shows; where panes do not scroll, do nothing. */
  const reveal = (element) => {
    const pane = element.closest(".pane");
    if (getComputedStyle(pane).overflowY === "visible") return;
    const [inner, outer] = [element.getBoundingClientRect(), pane.getBoundingClientRect()];
    const off = (from, to, low, high) =>
      from >= low + 48 && to <= high - 16 ? 0 : from - low - Math.max((high - low - to + from) / 2, 48);
    pane.scrollBy({
      top: off(inner.top, inner.bottom, outer.top, outer.bottom),
      left: off(inner.left, inner.right, outer.left, outer.right),
      behavior: calm.matches ? "auto" : "smooth",
    });
  };

  const select = (rank) => {
    current = rank;
    all("[aria-current]").forEach((each) => each.removeAttribute("aria-current"));
    all(`a[data-rank="${rank}"], [data-ranks~="${rank}"]`).forEach((each) =>
      each.setAttribute("aria-current", "true"),
    );
    all(`.card[data-rank="${rank}"], .box[data-rank="${rank}"], .flag[data-rank="${rank}"]`)
      .filter(seen)
      .forEach(reveal);
  };

  /** Go to the part of the current difference that `name` names, and give it the focus. */
  const go = (name, rank = current) => {
    const target = document.getElementById(`${name}-${rank}`);
    if (!target || !seen(target)) return;
    location.replace(`#${name}-${rank}`);
    target.focus();
    select(rank);
  };

  const step = (by) => {
    const ranks = all(".card").filter(seen).map((card) => Number(card.dataset.rank));
    const next = by > 0 ? ranks.find((rank) => rank > current) : ranks.findLast((rank) => rank < current);
    if (next) go("difference", next);
  };

  const showWord = (index) => {
    word = index;
    const token = links[index][0];
    all(".spot").forEach((spot) => spot.remove());
    all(".here").forEach((each) => each.classList.remove("here"));
    all(`[data-w="${token}"]`).forEach((each) => each.classList.add("here"));
    for (const [, page, x, y, width, height] of links.filter((link) => link[0] === token)) {
      const paper = document.querySelector(`.paper[data-page="${page}"]`);
      const spot = paper.appendChild(document.createElement("span"));
      const across = (value) => `${(100 * value) / paper.dataset.width}%`;
      const down = (value) => `${(100 * value) / paper.dataset.height}%`;
      spot.className = "spot";
      Object.assign(spot.style, {
        left: across(x), width: across(width), top: down(y), height: down(height),
      });
      reveal(spot);
    }
    const here = all(".here"); // several pieces where a difference cuts through the word
    reveal(here[0]);
    said.textContent = `${here.map((each) => each.textContent).join("")}, page ${links[index][1]}`;
  };

  transcript.addEventListener("click", (event) => {
    if (event.target.closest("a")) return;
    const difference = event.target.closest("[data-ranks]");
    const token = event.target.closest("[data-w]");
    if (difference && seen(document.getElementById(`place-${difference.dataset.rank}`)))
      select(Number(difference.dataset.rank));
    else if (token) showWord(links.findIndex((link) => link[0] === Number(token.dataset.w)));
  });

  transcript.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || event.target !== transcript || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = Math.min(Math.max(word + by, 0), links.length - 1);
    if (links[next]) showWord(next);
    event.preventDefault();
  });

  all(".paper").forEach((paper) =>
    paper.addEventListener("click", (event) => {
      if (event.target.closest("a")) return;
      const area = paper.getBoundingClientRect();
      const x = ((event.clientX - area.left) / area.width) * paper.dataset.width;
      const y = ((event.clientY - area.top) / area.height) * paper.dataset.height;
      const index = links.findIndex(
        ([, page, left, top, width, height]) =>
          page === Number(paper.dataset.page) &&
          x >= left && x <= left + width && y >= top && y <= top + height,
      );
      if (index >= 0) showWord(index);
    }),
  );

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || help.open) return;
    const inList = event.target === document.body || event.target.closest("#list");
    const letters = document.getElementById("single-keys").checked;
    const action = {
      ArrowDown: inList && (() => step(1)),
      ArrowUp: inList && (() => step(-1)),
      j: letters && (() => step(1)),
      k: letters && (() => step(-1)),
      t: letters && (() => go("place")),
      f: letters && (() => document.querySelector("#filters input")?.focus()),
      "?": letters && (() => help.showModal()),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  document.getElementById("filters")?.addEventListener("change", () => {
    const shown = all(".card").filter(seen).length;
    document.getElementById("shown").textContent = shown;
    said.textContent = `${shown} differences shown`;
  });

  const opener = document.getElementById("keys");
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
  help.querySelector("button").addEventListener("click", () => help.close());

  const follow = () => {
    const rank = /^#(?:difference|box|place)-(\d+)$/.exec(location.hash)?.[1];
    if (rank) select(Number(rank));
  };
  addEventListener("hashchange", follow);
  document.documentElement.classList.add("js");
  follow();
})();
