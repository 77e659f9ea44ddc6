"""What was over long ago goes to files and comes back when it is asked for. Imports ports and below."""
