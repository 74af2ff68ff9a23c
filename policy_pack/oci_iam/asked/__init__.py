"""Reads the words of a question: who, which permission, on what. Answers nothing.

What is wrong with a word is one sentence (``Unusable``). Where no complete directory says what exists, a
group or compartment that it does not know is taken to exist under the name it was given.
"""
