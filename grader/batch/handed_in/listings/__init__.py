"""What lies in a download, whether it is a folder or a zip: looked at, opened, and handed on in portions."""
