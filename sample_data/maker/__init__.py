"""The made-up businesses behind the sample files; `sample_data/make.py` writes them."""
