// SPDX-License-Identifier: Apache-2.0

/// The Auth service: who there is, and who may do what (flame-hub.md, 4.11).
public struct AuthClient: Sendable {
    let access: ServiceAccess

    /// A client that signs in as somebody, or as nobody.
    ///
    /// - Parameters:
    ///   - connection: The way to the Auth service.
    ///   - authenticator: Who signs in.
    public init(_ connection: HubConnection, as authenticator: HubAuthenticator?) {
        access = ServiceAccess(connection: connection, authenticator: authenticator)
    }

    /// The same service for somebody else, for calls that need other rights.
    public func acting(as authenticator: HubAuthenticator?) -> AuthClient {
        AuthClient(access.connection, as: authenticator)
    }

    /// The realms.
    public var realms: Resource<Realm> { Resource(access) }
    /// The users.
    public var users: Resource<User> { Resource(access) }
    /// The roles.
    public var roles: Resource<Role> { Resource(access) }
    /// The permissions.
    public var permissions: Resource<Permission> { Resource(access) }
    /// The permissions of roles.
    public var rolePermissions: Resource<RolePermission> { Resource(access) }
    /// The permissions of users.
    public var userPermissions: Resource<UserPermission> { Resource(access) }
    /// The roles of users.
    public var userRoles: Resource<UserRole> { Resource(access) }
    /// The clients.
    public var clients: Resource<Client> { Resource(access) }
    /// The robots of hubs up to 0.12.2; newer ones answer as if there were none.
    public var robots: Resource<Robot> { Resource(access) }
    /// The permissions of robots, on hubs up to 0.12.2.
    public var robotPermissions: Resource<RobotPermission> { Resource(access) }
    /// The roles of robots, on hubs up to 0.12.2.
    public var robotRoles: Resource<RobotRole> { Resource(access) }
}
