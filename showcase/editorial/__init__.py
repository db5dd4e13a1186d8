"""The editorial side of stories in the admin: what is missing, who is asked again, holds, evidence and reports."""
