"""Measures and plots of explorations."""

import logging
import os

import numpy as np

from ...utils import functions, paths

_log = logging.getLogger()


# -- measures ---------------------------------------------------------------------------------------------------------


def processExplorationResults(
    search,
    model=None,
    output=None,
    dt=None,
    output_last_ms=1000,
    bold_transient=10000,
    bold_until=None,
    ds=None,
    skip_fcd=False,
):
    """Adds measures of every loaded run to ``search.dfResults``.

    Of the ``output`` (the default one of ``model``, whose ``dt`` is in ms) in the last ``output_last_ms``, and of BOLD
    from ``bold_transient`` to ``bold_until`` ms, those of :func:`computeMinMax`. With a dataset ``ds``, ``fc`` is the
    mean correlation with its functional connectivities, and ``fcd``, of BOLD beyond 5 minutes, the mean distance
    between distributions of their dynamics (0 is the best).
    """
    output = output or (model.default_output if model is not None else None)
    dt = dt or (model.params["dt"] if model is not None else None)
    if output is not None and not (dt and dt > 0):
        raise ValueError(f"`dt`: found {dt}, expected the time between samples in ms\nhint: pass `model`, or `dt=0.1`")
    empirical = None
    for run in search.dfResults.index:
        if run in search.failed:
            continue
        result = search.getResult(run)
        if output is not None:
            if output not in result:
                raise ValueError(f"`output`: found {output!r}, expected one of {list(result)}")
            computeMinMax(search.dfResults, run, result[output][:, -int(output_last_ms / dt) :], output)
        bold, times = _bold(result)
        if bold is None:
            continue
        bold, times = bold[:, times > bold_transient], times[times > bold_transient]
        if not len(times):
            continue
        until = times < (np.inf if bold_until is None else bold_until)
        computeMinMax(search.dfResults, run, bold[:, until], "BOLD")
        if ds is None:
            continue
        own = functions.fc(bold)
        search.dfResults.loc[run, "fc"] = np.mean([functions.matrix_correlation(own, other) for other in ds.FCs])
        if times[-1] > 5 * 60 * 1000 and not skip_fcd:
            if empirical is None:
                empirical = getattr(ds, "FCDs", None) or [functions.fcd(other) for other in ds.BOLDs]
            own = functions.fcd(bold)
            distances = [functions.matrix_kolmogorov(own, other) for other in empirical]
            search.dfResults.loc[run, "fcd"] = np.mean(distances)


def _bold(result):
    """BOLD (nodes, volumes) and its times in ms; volumes are 2 s apart if nothing is said."""
    bold = result.get("BOLD")
    times = result.get("t_BOLD")
    if isinstance(bold, dict):
        bold, times = bold["BOLD"], bold.get("t_BOLD")
    if bold is None:
        return None, None
    return bold, 2000.0 * np.arange(1, bold.shape[1] + 1) if times is None else np.asarray(times)


def computeMinMax(dfResults, i, output, output_name):
    """Writes measures of an output (nodes, samples) to row ``i``; returns the table.

    ``max_`` and ``min_`` are over nodes and time; ``max_amp_`` and ``min_amp_`` are of the nodes' ranges;
    ``relative_amplitude_`` is the largest range of a node as a part of that of all.
    """
    ranges = np.nanmax(output, axis=1) - np.nanmin(output, axis=1)
    largest, smallest = np.nanmax(output), np.nanmin(output)
    measures = {
        "max": largest,
        "min": smallest,
        "max_amp": np.nanmax(ranges),
        "min_amp": np.nanmin(ranges),
        "relative_amplitude": np.nanmax(ranges) / (largest - smallest) if largest > smallest else np.nan,
    }
    for name, value in measures.items():
        dfResults.loc[i, f"{name}_{output_name}"] = value
    return dfResults


def findCloseResults(dfResults, dist=None, relative=False, **kwargs):
    """Rows whose parameters are those given within ``dist`` (0.01 by default), or between two values in a list.

    With ``relative``, ``dist`` is a part of the value. Texts must be equal.
    """
    dist = 0.01 if dist is None else dist
    is_close = np.ones(len(dfResults), dtype=bool)
    for name, value in kwargs.items():
        found = dfResults[name]
        if isinstance(value, (list, tuple)):
            is_close &= ((found > value[0]) & (found < value[1])).to_numpy()
        elif isinstance(value, str):
            is_close &= (found == value).to_numpy()
        else:
            is_close &= (abs(found - value) <= dist * (abs(value) if relative else 1)).to_numpy()
    return dfResults[is_close]


def paramsRun(dfResults, runNr):
    """A row as a dictionary."""
    return dfResults.loc[runNr].to_dict()


# -- plots ------------------------------------------------------------------------------------------------------------


def plotExplorationResults(
    dfResults,
    par1,
    par2,
    plot_key,
    nan_to_zero=False,
    by=None,
    by_label=None,
    plot_key_label=None,
    symmetric_colorbar=False,
    one_figure=False,
    contour=None,
    alpha_mask=None,
    multiply_axis=None,
    savename=None,
    plot_clim=None,
    contour_color="white",
    contour_levels=None,
    contour_alpha=1,
    contour_kwargs=None,
    mask_threshold=1,
    mask_alpha=0.5,
    mask_style=None,
    mask_invert=False,
):
    """Maps of a column over two parameters, one for each value of the columns ``by``.

    Parameters
    ----------
    par1, par2 : str or [str, str]
        Names of columns for x and y, with labels if those differ.
    plot_key, plot_key_label : str
        The column that is shown, and its label.
    nan_to_zero : bool
        Whether missing values count as 0.
    symmetric_colorbar, plot_clim : bool, (float, float)
        Colours from -m to m; limits of colours.
    one_figure : bool
        Whether all maps are in one figure.
    contour : str, DataFrame or a list of them
        Columns (or tables over the parameters) of which lines are drawn at ``contour_levels`` (0 and 1 by default).
        With a list, ``contour_color``, ``contour_levels``, ``contour_alpha`` and ``contour_kwargs`` are indexed alike.
    alpha_mask : bool, str, array or DataFrame
        What :func:`alphaMask` compares with ``mask_threshold``: the map itself, a column, or values of the map's shape.
    multiply_axis : float
        Factor of the numbers at both axes.
    savename : str
        Name in ``./data/figures``, after the title of a map if each has a figure.
    """
    import matplotlib.pyplot as plt

    (par1, label1), (par2, label2) = _with_label(par1), _with_label(par2)
    if by is None:
        groups, by_label = [((), dfResults)], []
    else:
        by = [by] if isinstance(by, str) else list(by)
        groups, by_label = list(dfResults.groupby(by=by)), by_label or by
    if one_figure:
        figure, axes = plt.subplots(1, len(groups), figsize=(4 * len(groups), 3.5), dpi=150, squeeze=False)
        axes = axes[0]
        if plot_key_label:
            figure.suptitle(plot_key_label)
    for index, (values, table) in enumerate(groups):
        values = values if isinstance(values, tuple) else (values,)
        title = "-".join(f"{name}={value}" for name, value in zip(by_label, values))
        if not one_figure:
            figure, axis = plt.subplots(figsize=(5, 4), dpi=150)
        else:
            axis = axes[index]

        def pivot(column, table=table):
            map_ = table.pivot_table(values=column, index=par2, columns=par1, dropna=False)
            return map_.fillna(0) if nan_to_zero else map_

        numbers = pivot(plot_key).to_numpy(dtype=float)
        limits = plot_clim or (np.nanmin(numbers), np.nanmax(numbers))
        if symmetric_colorbar:
            limits = (-np.max(np.abs(limits)), np.max(np.abs(limits)))
        shown = numbers
        if alpha_mask is not None and alpha_mask is not False:
            mask = pivot(alpha_mask) if isinstance(alpha_mask, str) else None if alpha_mask is True else alpha_mask
            mask = None if mask is None else np.asarray(mask)
            shown = alphaMask(numbers, mask_threshold, mask_alpha, mask, mask_invert, mask_style, limits)
        extent = [table[par1].min(), table[par1].max(), table[par2].min(), table[par2].max()]
        image = axis.imshow(shown, extent=extent, origin="lower", aspect="auto", clim=limits)
        if shown is not numbers:
            image = plt.cm.ScalarMappable(plt.Normalize(*limits), "plasma")
        for number, one in enumerate(contour if isinstance(contour, list) else [contour]):
            if one is None:
                continue
            color, levels, alpha, others = (
                argument[number] if isinstance(contour, list) and argument is not None else argument
                for argument in (contour_color, contour_levels, contour_alpha, contour_kwargs)
            )
            lines = pivot(one) if isinstance(one, str) else one
            contourPlotDf(lines, color=color, ax=axis, levels=levels, alpha=alpha, contour_kwargs=others)
        figure.colorbar(image, ax=axis, label=None if one_figure else plot_key_label)
        axis.set(xlabel=label1, ylabel=label2, title=title)
        if multiply_axis:
            axis.xaxis.set_major_formatter(lambda value, _: f"{value * multiply_axis:.4g}")
            axis.yaxis.set_major_formatter(lambda value, _: f"{value * multiply_axis:.4g}")
        if not one_figure:
            _finish(figure, savename and f"{title}_{savename}")
    if one_figure:
        figure.tight_layout()
        _finish(figure, savename)


def _with_label(parameter):
    return (parameter, parameter) if isinstance(parameter, str) else tuple(parameter)


def _finish(figure, savename):
    import matplotlib.pyplot as plt

    if savename:
        os.makedirs(paths.FIGURES_DIR, exist_ok=True)
        figure.savefig(os.path.join(paths.FIGURES_DIR, savename))
    plt.show()


def contourPlotDf(
    dataframe, color="white", levels=None, ax=None, alpha=1.0, contourf=False, clabel=False, contour_kwargs=None
):
    """Lines at ``levels`` (0 and 1 by default) of a table over two parameters; ``contourf`` fills between them."""
    import matplotlib.pyplot as plt

    axis, levels, others = ax or plt.gca(), levels or [0, 1], dict(contour_kwargs or {})
    clabel = others.pop("clabel", clabel)
    grid = np.meshgrid(dataframe.columns, dataframe.index)
    if contourf:
        axis.contourf(*grid, dataframe, levels=levels, alpha=alpha, cmap="plasma")
    lines = axis.contour(*grid, dataframe, colors=color, levels=levels, zorder=1, alpha=alpha, **others)
    if clabel:
        axis.clabel(lines, fontsize=8)


def alphaMask(image, threshold, alpha, mask=None, invert=False, style=None, limits=None):
    """Colours (rows, columns, 4) of a map, with opacity ``alpha`` where it is not above a threshold.

    ``mask`` is compared instead of the map if it is given; ``invert`` keeps what is below. ``style="stripes"`` makes
    stripes of the faint part. ``limits`` are those of the colours.
    """
    import matplotlib.pyplot as plt

    mask = image if mask is None else np.asarray(mask)
    is_kept = mask < threshold if invert else mask > threshold
    if style == "stripes":
        is_kept = is_kept | (np.sin(2 * np.pi * np.linspace(0, len(mask) / 5, len(mask))) > 0)[:, np.newaxis]
    colours = plt.cm.plasma(plt.Normalize(*(limits or (np.nanmin(image), np.nanmax(image))), clip=True)(image))
    colours[..., -1] = np.where(is_kept, 1.0, alpha)
    return colours


def plotResult(search, runId, z_bold=False, bold_transient=30, xlim=None):
    """Functional connectivity, BOLD after ``bold_transient`` s (as z-scores with ``z_bold``) and output of a run."""
    import matplotlib.pyplot as plt

    result = search.getResult(runId)
    bold, times = _bold(result)
    name = search.model.default_output
    figure, axes = plt.subplots(1, 3, figsize=(8, 2), dpi=300, width_ratios=[1, 1.2, 2])
    axes[0].set(title=f"FC (run {runId})", xlabel="Node", ylabel="Node")
    axes[1].set(xlabel="Time [s]", ylabel="Normalized BOLD" if z_bold else "BOLD")
    if bold is not None and (times > 1000 * bold_transient).sum() > 1:
        is_shown = times > 1000 * bold_transient
        bold = bold[:, is_shown]
        axes[0].imshow(functions.fc(bold))
        if z_bold:
            bold = (bold - bold.mean(axis=1, keepdims=True)) / bold.std(axis=1, keepdims=True)
        axes[1].plot(times[is_shown] / 1000, bold.T, lw=1.5, alpha=0.8)
    else:
        _log.warning("plotResult: run %d has no BOLD after %s s.", runId, bold_transient)
    axes[2].plot(result["t"], result[name].T, lw=1.5, alpha=0.6)
    axes[2].set(xlabel="Time [ms]", ylabel="Activity", xlim=xlim)
    figure.tight_layout()
