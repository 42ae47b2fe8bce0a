"""Parts of the HTML report; :mod:`training_models.html` puts them together."""
