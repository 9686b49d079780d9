"""``python -m geo`` and the ``parcelwatch`` command."""

from geo.cli import main

if __name__ == "__main__":
    main()
