// AgentDaemon
