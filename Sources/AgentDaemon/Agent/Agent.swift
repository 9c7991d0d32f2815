/// What the command line asks of the agent; one extension for each command.
public enum Agent {}
