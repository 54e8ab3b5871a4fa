using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Reflection;
using NarVulkan.Cli.Commands;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Fetching;
using NarVulkan.Cli.Models;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli;

/// <summary>The program: from the words of the command line to the exit code.</summary>
internal sealed class CliApplication
{
    private static readonly ParserConfiguration Configuration = new()
    {
        // Neither -abc for -a -b -c nor @file for a file of arguments: nothing here needs them, and both surprise.
        EnablePosixBundling = false,
        ResponseFileTokenReplacer = null,
    };

    private readonly CliConsole console;
    private readonly RootCommand root = new("Image and video generation on any Vulkan device.");
    private readonly NoticeCollector notices;
    private readonly GenerateCommand generate;
    private readonly List<ICliCommand> commands;
    private readonly Dictionary<Command, ICliCommand> byParsed = [];

    /// <param name="console">The outside world.</param>
    /// <param name="engine">What computes.</param>
    /// <param name="fetching">What downloads meet; null for the world itself.</param>
    public CliApplication(CliConsole console, IEngine engine, FetchServices? fetching = null)
    {
        this.console = console;
        engine = notices = new NoticeCollector(engine);
        generate = new GenerateCommand(console, engine);
        commands =
        [
            generate,
            new DecodeCommand(console, engine),
            new EncodeCommand(console, engine),
            new TextCommand(console, engine),
            new JoinCommand(console),
            new DevicesCommand(console, engine),
            new DoctorCommand(console, engine),
            new BenchCommand(console, engine),
            new InspectCommand(console),
            new ConvertCommand(console),
            new ModelsCommand(console),
            new FetchCommand(console, fetching ?? new FetchServices()),
        ];
        Declare(root, generate);
        foreach (ICliCommand command in commands)
        {
            Command parsed = new(command.Name, command.Description);
            Declare(parsed, command);
            root.Add(parsed);
        }
    }

    /// <summary>The program's version.</summary>
    public static string Version() =>
        typeof(CliApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>The commit that the program was built from; null where the build did not know.</summary>
    public static string? Commit() =>
        typeof(CliApplication).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit] ? commit : null;

    /// <summary>Runs one command line; the exit code. Nothing is thrown.</summary>
    public int Run(IReadOnlyList<string> arguments, CancellationToken cancellation = default)
    {
        bool verbose = arguments.Contains("--verbose");
        if (arguments.Count > 0 && arguments[0] == "help")
        {
            arguments = [.. arguments.Skip(1), "--help"];
        }
        try
        {
            return Dispatch(root.Parse(arguments, Configuration), arguments, cancellation);
        }
        catch (Exception e)
        {
            return ErrorReporting.Report(e, console, verbose);
        }
    }

    private int Dispatch(ParseResult parsed, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        ICliCommand command = byParsed[parsed.CommandResult.Command];
        switch (parsed.Action)
        {
            case HelpAction:
                HelpText.Write(console.Output, command, parsed.CommandResult.Command == root ? commands : []);
                return ExitCodes.Done;
            case not null when parsed.CommandResult.GetResult("--version") is OptionResult { Implicit: false }:
                console.Output.WriteLine("narvk " + Version());
                return ExitCodes.Done;
        }
        if (arguments.Count == 0)
        {
            throw new InvalidRequestException("nothing to do: try 'narvk --video ucf --frames 16', 'narvk --image imagenet', 'narvk --prompt TEXT', or 'narvk --help'");
        }
        SwallowedOptions.Refuse(parsed, arguments);
        if (parsed.Errors.Count > 0)
        {
            throw new InvalidRequestException(UsageErrors.Explain(parsed));
        }
        cancellation.ThrowIfCancellationRequested();
        int code = command.Run(parsed, cancellation);
        // At the end, when the device is closed: closing it writes the caches. An error stays one line.
        if (!parsed.GetValue(command.Reporting.Quiet))
        {
            foreach (string notice in notices.Notices)
            {
                ErrorReporting.WriteLine(console, "warning: " + notice);
            }
        }
        return code;
    }

    private void Declare(Command parsed, ICliCommand command)
    {
        foreach (Option option in command.Groups.SelectMany(group => group.Options).Concat(command.HiddenOptions))
        {
            parsed.Add(option);
        }
        foreach (Argument argument in command.Arguments)
        {
            parsed.Add(argument);
        }
        // Without an action the parser asks for a subcommand. What runs is decided in Dispatch, after the errors were looked at.
        parsed.SetAction(static _ => ExitCodes.Done);
        byParsed.Add(parsed, command);
    }
}
