// SPDX-License-Identifier: Apache-2.0

/// What the command line asks of the agent; one extension for each command.
public enum Agent {}
