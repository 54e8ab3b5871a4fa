using System.Runtime.ExceptionServices;
using Spectre.Console;

namespace NarVulkan.Cli.Output;

/// <summary>A bar that redraws itself, for terminals.</summary>
internal sealed class BarProgress(TextWriter writer) : IProgressView
{
    public T Show<T>(Func<Action<WorkState>, T> work)
    {
        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        terminal.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn())
            .Start(context =>
            {
                ProgressTask bar = context.AddTask("starting", maxValue: 1);
                try
                {
                    result = work(state =>
                    {
                        bar.Description = Markup.Escape(VisibleText.Of(state.Detail.Length == 0 ? state.Phase : $"{state.Phase}  {state.Detail}"));
                        bar.IsIndeterminate = state.Fraction is null;
                        bar.Value = state.Fraction ?? 0;
                    });
                }
                catch (Exception e)
                {
                    // Carried out of the display, which then clears its line before the error is printed.
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            });
        failure?.Throw();
        return result;
    }
}
