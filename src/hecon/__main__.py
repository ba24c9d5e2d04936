"""`python -m hecon`: the command line where the console script is not on the path."""

from hecon.cli import main

if __name__ == "__main__":
    main()
