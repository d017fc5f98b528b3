"""The leak audit: reopens finished files with code of its own and searches them."""
