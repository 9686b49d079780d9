# Two commands: `make demo` and `make test`. Each does its own set-up.
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test check env assets browser postgis office wheel lock sample docs clean

help:
	@echo "make demo   run the main job on the sample county and write the maps"
	@echo "make test   install what the tests need and run all of them"
	@echo "make check  format, lint, types, layers, generated pages"
	@echo "make env    make $(VENV) alone"
	@echo "make wheel  build a wheel that contains the map assets"

demo: env assets
	$(BIN)/parcelwatch demo --folder demo --out maps

test: env assets browser postgis office
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=
	$(BIN)/python -m coverage report --fail-under=95
	$(BIN)/python -m coverage report --include='geo/law/*,geo/facts/*' --fail-under=100

check: env
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/rules_doc.py --check
	$(BIN)/python tools/ledger_doc.py --check
	$(BIN)/python tools/papers_doc.py --check

env: $(VENV)/.complete

$(VENV)/.complete: requirements.lock pyproject.toml tools/make_env.sh
	sh tools/make_env.sh $(VENV)
	@touch $@

assets: env
	$(BIN)/python tools/fetch_assets.py

browser:
	sh tools/install_browser.sh

postgis:
	sh tools/install_postgis.sh

office:
	sh tools/install_office.sh

wheel: env assets
	$(BIN)/python -m build --no-isolation --wheel

lock:  ## needs uv; writes names, versions and hashes only
	uv pip compile --universal --upgrade --generate-hashes --no-header --no-annotate --group dev --extra postgis --extra patrol pyproject.toml -o requirements.lock

sample: env  ## makes data/sample_parcels.gpkg again; the same bytes each time
	$(BIN)/python tools/make_sample.py

docs: env
	$(BIN)/python tools/rules_doc.py
	$(BIN)/python tools/ledger_doc.py
	$(BIN)/python tools/papers_doc.py

clean:
	rm -rf demo dist build maps/2*
