using System.CommandLine;
using NarVulkan.Cli.Commands;
using NarVulkan.Cli.Options;

namespace NarVulkan.Cli.Output;

/// <summary>The help of a command: usage, options by purpose, examples.</summary>
internal static class HelpText
{
    private const int LineWidth = 100;
    private const int LongestFirstColumn = 30;

    /// <param name="output">Where to.</param>
    /// <param name="command">The command.</param>
    /// <param name="commands">The commands to list, for the program as a whole; empty for one of them.</param>
    public static void Write(TextWriter output, ICliCommand command, IReadOnlyList<ICliCommand> commands)
    {
        bool program = commands.Count > 0;
        output.WriteLine(program
            ? "narvk - images and videos by neighbouring autoregression, on any Vulkan device"
            : $"narvk {command.Name} - {command.Description}");
        output.WriteLine();
        output.WriteLine("Usage:");
        foreach (string line in Usage(command, program))
        {
            output.WriteLine("  " + line);
        }
        List<(string Title, List<(string Left, string Right)> Rows)> sections = Sections(command, commands);
        int width = sections.SelectMany(section => section.Rows).Select(row => row.Left.Length).Where(length => length <= LongestFirstColumn)
            .DefaultIfEmpty(0).Max();
        foreach ((string title, List<(string Left, string Right)> rows) in sections)
        {
            output.WriteLine();
            output.WriteLine(title + ":");
            foreach ((string left, string right) in rows)
            {
                WriteRow(output, left, right, width);
            }
        }
        output.WriteLine();
        output.WriteLine("Examples:");
        foreach ((string commandLine, string effect) in command.Examples)
        {
            output.WriteLine("  narvk " + commandLine);
            output.WriteLine("      " + effect);
        }
        if (program)
        {
            output.WriteLine();
            output.WriteLine("Exit codes: 0 done, 2 wrong usage, 3 model file missing or wrong, 4 no usable device, 130 cancelled, 1 anything else");
        }
    }

    private static IEnumerable<string> Usage(ICliCommand command, bool program)
    {
        if (program)
        {
            return ["narvk --video NAME | --image NAME | --prompt TEXT | --model DIR [options]", "narvk COMMAND [options]", "narvk COMMAND --help"];
        }
        string arguments = string.Concat(command.Arguments.Select(argument => " " + argument.Name));
        return [$"narvk {command.Name}{arguments} [options]"];
    }

    private static List<(string Title, List<(string Left, string Right)> Rows)> Sections(ICliCommand command, IReadOnlyList<ICliCommand> commands)
    {
        List<(string, List<(string, string)>)> sections = [];
        if (commands.Count > 0)
        {
            sections.Add(("Commands", commands.Select(other => (other.Name, other.Description)).ToList()));
        }
        if (command.Arguments.Count > 0)
        {
            sections.Add(("Arguments", command.Arguments.Select(argument => (argument.Name, argument.Description ?? "")).ToList()));
        }
        IReadOnlyList<OptionGroup> groups = command.Groups;
        foreach (OptionGroup group in groups)
        {
            List<(string, string)> rows = group.Options.Select(option => (Left(option), option.Description ?? "")).ToList();
            if (group == groups[^1])
            {
                rows.Add(("--help, -h", "this text"));
                if (commands.Count > 0)
                {
                    rows.Add(("--version", "the version"));
                }
            }
            sections.Add((group.Title, rows));
        }
        return sections;
    }

    private static string Left(Option option)
    {
        string names = string.Join(", ", option.Aliases.Prepend(option.Name));
        return option.HelpName is { } value ? $"{names} {value}" : names;
    }

    private static void WriteRow(TextWriter output, string left, string right, int width)
    {
        string indent = new(' ', width + 4);
        string line = "  " + left.PadRight(width) + "  ";
        if (left.Length > width)
        {
            output.WriteLine("  " + left);
            line = indent;
        }
        foreach (string word in right.Split(' '))
        {
            if (line.Length + word.Length > LineWidth && line.Trim().Length > 0)
            {
                output.WriteLine(line.TrimEnd());
                line = indent;
            }
            line += word + ' ';
        }
        output.WriteLine(line.TrimEnd());
    }
}
