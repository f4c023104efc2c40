"""The command ``rufwerk``, also ``python -m rufwerk``.

What a worker process imports again when it starts is this module alone.
"""


def main() -> None:
    from rufwerk import cli  # noqa: PLC0415 - see above

    cli.main()


if __name__ == "__main__":
    main()
