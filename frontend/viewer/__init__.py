"""The viewer: what a stranger with a link sees of a job, without Gradio and without a script."""
