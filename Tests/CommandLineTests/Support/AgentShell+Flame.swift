import Foundation
import PodSandbox
import Testing

extension AgentShell {
    /// Adds the sandbox' FLAME node to the configuration, and its owner.
    ///
    /// - Parameter owner: Who `--as owner` is, if not the data owner of the sandbox.
    func configureFlame(owner: FlameSeed.Account? = nil) throws {
        let seed = sandbox.flame.seed
        let owner = owner ?? seed.owner
        try write(seed.node.account.secret.utf8, to: "flame_secret")
        try write(owner.secret.utf8, to: "flame_password")
        let section = """

            flame:
              auth_url: \(try sandbox.flame.authURL)
              core_url: \(try sandbox.flame.coreURL)
              storage_url: \(try sandbox.flame.storageURL)
              client_id: \(seed.node.account.id)
              client_secret_file: flame_secret
              consent: manual
              owner: { username: \(owner.name), password_file: flame_password, realm: \(owner.realm) }

            """
        let file = directory.appending(path: "agent.yaml")
        var text = try Data(contentsOf: file)
        text.append(Data(section.utf8))
        try text.write(to: file)
        for node in sandbox.flame.records("nodes") {
            mask(try #require(node["externalName"]?.stringValue), as: "<external-name>")
        }
    }

    /// The same for one whose owner may do everything.
    func configureFlameAsAdmin() throws {
        try configureFlame(owner: sandbox.flame.seed.admin)
    }

    /// The id of the only record with these fields at the FLAME Hub.
    func id(of collection: String, where fields: [String: JSONValue]) throws -> String {
        let found = sandbox.flame.records(collection, where: fields)
        try #require(found.count == 1, "\(collection) \(fields)")
        return try #require(found[0]["id"]?.stringValue)
    }
}
