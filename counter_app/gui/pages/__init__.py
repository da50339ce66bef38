"""The five steps of the job, a page each."""
