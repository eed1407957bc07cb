"""What the platforms of classes read. Students see it there, so hidden checks keep what they hide."""
