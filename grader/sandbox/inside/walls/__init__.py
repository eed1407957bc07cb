"""The walls around student code, raised from within by the warm process and by each student process."""
