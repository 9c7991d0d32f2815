// FlameHub
