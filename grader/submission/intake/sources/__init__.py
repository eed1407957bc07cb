"""What can be handed in: a folder, a zip, a tar, one single file; each gives its entries one by one."""
