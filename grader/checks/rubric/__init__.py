"""How a rubric declares its checks, and how they are collected."""
