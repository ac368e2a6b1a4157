"""What happens to an application: one function a verb, audited. A member is made by one of them alone.

`intake` keeps what comes in and corrects it, `judging` says who it is, `deciding` ends or returns it, and
`mailing` sees to it that the applicant hears.
"""
