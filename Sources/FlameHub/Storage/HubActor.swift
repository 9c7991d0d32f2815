// SPDX-License-Identifier: Apache-2.0

/// What the id of an actor identifies: a user, a client or a robot, as the field beside it says.
public enum HubActor: Sendable {}
