#!/usr/bin/env bash
# Install what is needed on Debian or Ubuntu, check the sample, and leave a report.
set -euo pipefail
source "$(dirname "$0")/setup.sh"
need python3-venv tesseract-ocr tesseract-ocr-eng
environment ""
code=0
.venv/bin/collate check scans/219945 transcripts/219945.txt --output report || code=$?
[ "$code" -le 1 ] || exit "$code"
echo "Open $PWD/report/report.html in a browser."
