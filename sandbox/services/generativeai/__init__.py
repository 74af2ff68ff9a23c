"""Generative AI. No model is here: a stand-in answers, and says so.

chat     what the stand-in says, in each of the API's forms, whole or as a stream of events
vectors  numbers for texts: the same for the same words
"""
