"""The process of what may take its time: ``python -m rufwerk.jobs_process [CONFIG]``."""

from rufwerk.jobs_service import main

if __name__ == "__main__":
    main()
