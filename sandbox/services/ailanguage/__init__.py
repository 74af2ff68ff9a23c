"""Language. No model is here: a stand-in answers from fixed lists of words and patterns.

lists     the words, all of them
patterns  what is found by its form: addresses, numbers, dates
detecting one function for each kind of detection, from a text to what the API shows of it
"""
