"""Parts that the English rules of noticing share. Pure."""

ADVERB = r"(?:(?:really|absolutely|also|just|totally|always|do|truly|quite|still|currently|now|actually|definitely) )*"


NAME = r"(?P<x>[A-Za-z][\w.'-]*(?: [A-Z][\w.'-]*){0,2})"


AM = r"i(?:'m| am)"


HAVE = r"i(?:'ve got|'ve| have got| have)"


MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
