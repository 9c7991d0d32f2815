// SPDX-License-Identifier: Apache-2.0

/// What the id of a policy identifies. Policies can't be read or written through this client.
public enum HubPolicy: Sendable {}
