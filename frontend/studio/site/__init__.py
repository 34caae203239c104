"""The site: the page that Gradio draws, made into files, and the files into answers.

drawing asks Gradio for the page, gradio_files finds what it loads, document writes its HTML, and
build puts all of it together; live does so when the frontend starts, and frozen has it from a
folder. server answers for either, with the headers of headers.
"""
