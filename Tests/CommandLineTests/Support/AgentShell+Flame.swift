import Foundation

extension AgentShell {
    /// Adds the sandbox' FLAME node to the configuration, and its owner.
    func configureFlame() throws {
        let seed = sandbox.flame.seed
        try write(seed.node.account.secret.utf8, to: "flame_secret")
        try write(seed.owner.secret.utf8, to: "flame_password")
        let section = """

            flame:
              auth_url: \(try sandbox.flame.authURL)
              core_url: \(try sandbox.flame.coreURL)
              storage_url: \(try sandbox.flame.storageURL)
              client_id: \(seed.node.account.id)
              client_secret_file: flame_secret
              consent: manual
              owner: { username: \(seed.owner.name), password_file: flame_password, realm: \(seed.owner.realm) }

            """
        let file = directory.appending(path: "agent.yaml")
        var text = try Data(contentsOf: file)
        text.append(Data(section.utf8))
        try text.write(to: file)
    }
}
