using NarVulkan.Checkpoints;
using NarVulkan.Cli.Commands;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Output;
using NarVulkan.Windowing;

namespace NarVulkan.Cli.Live;

/// <summary>
/// <c>--live</c>: a window on this thread, and another thread that loads the model and generates on the window's device. The first generation that is
/// finished is written as it is without a window; what comes after it, and what is not finished, when S is pressed.
/// </summary>
internal sealed class LiveRun(CliConsole console, GenerateSettings settings)
{
    private readonly RunReport report = new() { Command = "generate" };
    private readonly Reporter reporter = new(console, settings.Verbosity);
    private readonly LiveControls controls = new();

    /// <exception cref="DeviceException">There is no display, or no device that can show a window.</exception>
    public void Execute(CancellationToken cancellation)
    {
        if (settings.Model.Notice is { } notice)
        {
            reporter.Note(notice);
        }
        OutputChecks.RequireDistinct(
            console, ("--dump-tokens", settings.Dumps.Tokens), ("--dump-frames", settings.Dumps.Frames), ("--npz", settings.Npz), ("--out", settings.Pictures.Out));
        ModelFolder folder = settings.Model.Open();
        GenerationChecks.BeforeLoading(folder, settings);
        if (folder.Tokenizer is not { } tokenizer)
        {
            throw new InvalidRequestException($"--live shows pictures, and {folder.Name} has no tokenizer to make them with");
        }
        PictureWriter writer = new(console, settings.Pictures, tokenizer.MediaOf());
        IConditionRows? condition = GenerationChecks.ReadCondition(console, settings);
        KeptInput? keep = settings.Keep is { } continued ? KeptInput.Read(console, continued, folder) : null;

        using PictureWindow window = report.Time("device", () => PictureWindow.Open(new PictureWindowOptions
        {
            Title = LiveTitle.Loading(folder.Name, 0),
            Device = settings.Context.Device,
            Validation = settings.Context.Validation,
            Notice = settings.Context.Notice,
        }));
        NarDeviceInfo device = window.Context.Device;
        reporter.Detail($"device: {device.Name}, {device.Driver}");
        reporter.Note("space pauses, right arrow steps, R takes a new seed, S saves, Esc closes");
        LiveGeneration generation = new(console, settings, window, controls, report, reporter, writer, condition, keep, cancellation);
        Watch(window, generation, cancellation);
        report.PeakDeviceBytes = window.Context.DeviceMemory.Peak;
        reporter.Finish(report, json =>
        {
            if (generation.Last is { } last)
            {
                GenerationJson.Write(json, device, last.Settings, last.Planned);
            }
        });
    }

    private void Watch(PictureWindow window, LiveGeneration generation, CancellationToken cancellation)
    {
        window.KeyPressed += key =>
        {
            if (key == WindowKey.Escape)
            {
                window.Close();
            }
            controls.Press(key);
        };
        using CancellationTokenSource closed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task work = Task.Run(async () =>
        {
            try
            {
                await generation.Run(closed.Token);
            }
            finally
            {
                // An error is told when the window is gone.
                window.Close();
            }
        });
        try
        {
            window.Run(cancellation);
        }
        finally
        {
            closed.Cancel();
            controls.Stop();
            // Its error, if any, is thrown below, where it hides none of the window's.
            Task.WaitAny(work);
        }
        if (work.IsFaulted)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(work.Exception!.InnerException!);
        }
    }
}
