"""What evaluation functions get."""


class Trajectory:
    """One run of a search: its number ``id`` (also ``v_idx``), and its parameters.

    ``traj.K_gl``, ``traj["K_gl"]`` and ``traj.parameters["K_gl"]`` are the same; so are ``traj["a.tau"]`` and
    ``traj.a.tau``. Of an evolution there are ``individual`` (the list of its genes) and ``generation``, too.
    """

    def __init__(self, id, parameters, **others):
        self.id = self.v_idx = id
        self.parameters = parameters
        self.results = {}
        vars(self).update(others)

    def __getitem__(self, name):
        return self.parameters[name]

    def __getattr__(self, name):
        # Python itself asks for names like __deepcopy__, before there are parameters.
        if name.startswith("__") or "parameters" not in vars(self):
            raise AttributeError(name)
        if name in self.parameters:
            return self.parameters[name]
        group = {key[len(name) + 1 :]: value for key, value in self.parameters.items() if key.startswith(name + ".")}
        if not group:
            raise AttributeError(f"a run has no parameter {name!r}")
        return Trajectory(self.id, group)
