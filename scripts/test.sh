#!/usr/bin/env bash
# Install what the tests need on Debian or Ubuntu, and run them; arguments go to pytest.
set -euo pipefail
source "$(dirname "$0")/setup.sh"
need python3-venv tesseract-ocr tesseract-ocr-eng chromium \
    fonts-gnutypewriter fonts-rufscript fonts-liberation
environment "[dev]"
.venv/bin/python -m pytest "$@"
