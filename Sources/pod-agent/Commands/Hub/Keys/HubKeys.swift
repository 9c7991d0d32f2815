import ArgumentParser

/// `pod-agent hub keys`
struct HubKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Keys of users, and those with which the Hub signs.",
        discussion: "`pod-agent keys` is about the pod's own key.",
        subcommands: [HubKeysRegister.self, HubKeysCheck.self, HubKeysSigning.self, HubKeysPublish.self]
    )
}
