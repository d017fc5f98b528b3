"""From an unknown export to the draft of its contract; nothing here repeats a value it has read."""
