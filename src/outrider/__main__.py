"""`python -m outrider` is the program `outrider`."""

from outrider.cli import main

main()
