"""What evolutions print and plot."""

import os

import numpy as np

from ...utils import paths

# -- text -------------------------------------------------------------------------------------------------------------


def printParamDist(pop=None, paramInterval=None, gIdx=None):
    """Prints mean and standard deviation of each parameter."""
    print(f"Parameter distribution (Generation {gIdx}):")
    for index, name in enumerate(paramInterval._fields):
        values = [individual[index] for individual in pop]
        print(f"{name}: \t mean: {np.mean(values):.4f},\t std: {np.std(values):.4f}")


def printIndividuals(pop, paramInterval, stats=True):
    """Prints fitness and parameters of individuals."""
    print(f"Printing {len(pop)} individuals")
    for number, individual in enumerate(pop):
        values = np.array(individual.fitness.values)
        print(f"Individual {number}")
        print("\tFitness values: ", *values.round(2))
        if stats:
            print("\tScore: ", round(individual.fitness.score, 2))
            print("\tWeighted fitness: ", *np.round(individual.fitness.wvalues, 2))
            print(
                f"\tStats mean {values.mean():.2f} std {values.std():.2f} min {values.min():.2f} max {values.max():.2f}"
            )
        for index, name in enumerate(paramInterval._fields):
            print(f'\tmodel.params["{name}"] = {individual[index]:.2f}')


def printEvolutionInfo(evolution):
    """Prints the setting of an evolution."""
    print("> Simulation parameters")
    print(f"HDF file storage: {evolution.trajectoryFileName}")
    print(f"Trajectory Name: {evolution.trajectoryName}")
    if hasattr(evolution, "_t_end_initial_population"):
        took = evolution._t_end_initial_population - evolution._t_start_initial_population
        print(f"Duration of evaluating initial population {took}")
    if hasattr(evolution, "_t_end_evolution"):
        print(f"Duration of evolution {evolution._t_end_evolution - evolution._t_start_evolution}")
    if evolution.model is not None:
        print(f"Model: {type(evolution.model)}")
        print(f"Model name: {getattr(evolution.model, 'name', None)}")
    print(f"Eval function: {evolution.evalFunction}")
    print(f"Parameter space: {evolution.parameterSpace}")
    print("> Evolution parameters")
    print(f"Number of generations: {evolution.NGEN}")
    print(f"Initial population size: {evolution.POP_INIT_SIZE}")
    print(f"Population size: {evolution.POP_SIZE}")
    print("> Evolutionary operators")
    print(f"Mating operator: {evolution.matingOperator}")
    print(f"Mating parameter: {evolution.MATE_P}")
    print(f"Mutation operator: {evolution.mutationOperator}")
    print(f"Mutation parameter: {evolution.MUTATE_P}")
    print(f"Selection operator: {evolution.selectionOperator}")
    print(f"Selection parameter: {evolution.SELECT_P}")
    print(f"Parent selection operator: {evolution.parentSelectionOperator}")
    comments = evolution.comments
    for comment in [comments] if isinstance(comments, str) else comments:
        print(f"Comments: {comment}")


# -- plots ------------------------------------------------------------------------------------------------------------

#: Plots of distributions need more individuals than this.
_FEWEST = 4


def plotPopulation(
    evolution, history=False, plotDistribution=True, plotScattermatrix=False, save_plots=None, color="C0"
):
    """Prints how many individuals are valid, and plots their scores and, with ``plotScattermatrix``, their parameters.

    ``save_plots`` is how names of files in ``./data/figures`` begin. The matrices need seaborn.
    """
    valid, scores = evolution.getValidPopulation(), evolution.getScores()
    print(f"There are {len(valid)} valid individuals")
    print(f"Mean score across population: {scores.mean() if len(scores) else np.nan:.2}")
    if len(valid) <= _FEWEST:
        return
    if plotDistribution:
        plotScoresDistribution(scores, evolution.gIdx, save_plots, color)
    if plotScattermatrix:
        plotSeabornScatter1(evolution, save_plots=save_plots, color=color)
        plotSeabornScatter2(evolution, save_plots=save_plots, color=color)


def plotScoresDistribution(scores, gIdx, save_plots=None, color="C0"):
    """A histogram of scores."""
    import matplotlib.pyplot as plt

    figure, axis = plt.subplots(figsize=(4, 2))
    axis.hist(scores, color=color, edgecolor="black", linewidth=1.2)
    axis.set(title=f"Generation: {gIdx}, Individuals: {len(scores)}", xlabel="Score", ylabel="Count")
    _finish(figure, save_plots, f"hist_{gIdx}")


def plotSeabornScatter1(evolution, dfPop=None, save_plots=None, color="C0", line_kws=None, scatter_kws=None):
    """Each parameter over each other with regression lines; densities on the diagonal."""
    import seaborn

    grid = seaborn.pairplot(
        evolution.dfPop() if dfPop is None else dfPop,
        vars=evolution.parameterSpace.parameterNames,
        diag_kind="kde",
        kind="reg",
        plot_kws={
            "line_kws": {"color": color, **(line_kws or {})},
            "scatter_kws": {"alpha": 0.5, "color": color, **(scatter_kws or {})},
        },
        diag_kws={"color": color},
    )
    _limit(grid, evolution)
    _finish(grid.figure, save_plots, f"sns_params_{evolution.gIdx}")


def plotSeabornScatter2(evolution, dfPop=None, save_plots=None, color="C0"):
    """Each parameter over each other: points above the diagonal, densities below, histograms on it."""
    import matplotlib.pyplot as plt
    import seaborn

    table = evolution.dfPop() if dfPop is None else dfPop
    grid = seaborn.PairGrid(table, vars=evolution.parameterSpace.parameterNames)
    grid.map_upper(plt.scatter, color=color, alpha=0.5)
    grid.map_diag(plt.hist, bins=10, color=color, edgecolor="k")
    grid.map_lower(seaborn.kdeplot, cmap="Reds")
    _limit(grid, evolution)
    _finish(grid.figure, save_plots, f"sns_params_red_{evolution.gIdx}")


def plotProgress(evolution, reverse=True):
    """Scores of all individuals of all generations as a map; mean, smallest and largest as curves."""
    import matplotlib.pyplot as plt

    generations, scores = evolution.getScoresDuringEvolution(reverse=reverse)
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(3.5, 3), sharex=True, height_ratios=[2, 1], layout="constrained"
    )
    extent = (generations[0] - 0.5, generations[-1] + 0.5, -0.5, scores.shape[1] - 0.5)
    image = above.imshow(scores.T, aspect="auto", origin="lower", extent=extent)
    above.set_ylabel("Individuals")
    figure.colorbar(image, ax=above, label="Score")
    scores = np.ma.masked_invalid(scores)
    below.plot(generations, scores.mean(axis=1))
    below.fill_between(generations, scores.min(axis=1), scores.max(axis=1), alpha=0.3)
    below.set(xlabel="Generation", ylabel="Score")
    _finish(figure, None, None)


def _limit(grid, evolution):
    """The bounds of the parameters as limits of the axes."""
    for row, vertical in zip(grid.axes, evolution.paramInterval):
        for axis, horizontal in zip(row, evolution.paramInterval):
            axis.set(xlim=horizontal, ylim=vertical)


def _finish(figure, prefix, name):
    import matplotlib.pyplot as plt

    if prefix is not None:
        os.makedirs(paths.FIGURES_DIR, exist_ok=True)
        figure.savefig(os.path.join(paths.FIGURES_DIR, f"{prefix}_{name}.png"), bbox_inches="tight")
    plt.show()
