using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace NarVulkan.Cli.Options;

/// <summary>Makes options whose values are checked as they are parsed, each with an error that names the option and the limits.</summary>
internal static class OptionKinds
{
    public static Option<bool> Flag(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        Arity = ArgumentArity.Zero,
    };

    public static Option<string?> Text(string name, string valueName, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = valueName,
    };

    /// <summary>One or more values after the option's name.</summary>
    public static Option<string[]> Texts(string name, string valueName, string description) => new(name)
    {
        Description = description,
        HelpName = valueName,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<int?> Integer(string name, string valueName, string description, int least, int most) => new(name)
    {
        Description = description,
        HelpName = valueName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            {
                result.AddError($"{name}: '{text}' is not a whole number");
                return null;
            }
            if (value < least || value > most)
            {
                result.AddError($"{name}: {text} is out of range, which is {Range(least, most)}");
                return null;
            }
            return (int)value;
        },
    };

    /// <summary>A finite number; NaN and infinities are refused like everything else that is out of range.</summary>
    public static Option<float?> Real(string name, string valueName, string description, float least, float most) => new(name)
    {
        Description = description,
        HelpName = valueName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value))
            {
                result.AddError($"{name}: '{text}' is not a number");
                return null;
            }
            if (!float.IsFinite(value) || value < least || value > most)
            {
                result.AddError($"{name}: {text} is out of range, which is {Range(least, most)}");
                return null;
            }
            return value;
        },
    };

    /// <summary>Rows and columns of tokens, such as <c>16,24</c>.</summary>
    public static Option<(int Rows, int Columns)?> Grid(string name, string description, int most) => new(name)
    {
        Description = description,
        HelpName = "R,C",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string[] sides = text.Split(',', 'x');
            if (sides.Length == 2 && TryParseSide(sides[0], out int rows) && TryParseSide(sides[1], out int columns))
            {
                return (rows, columns);
            }
            result.AddError($"{name}: '{text}' is no grid; give rows and columns of tokens, 1 to {most} each, such as 16,24");
            return null;

            bool TryParseSide(string side, out int size) =>
                int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size >= 1 && size <= most;
        },
    };

    /// <summary>Rows and columns of tokens, or frames, rows and columns.</summary>
    public static Option<int[]?> TokenGrid(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "[T,]R,C",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string[] sides = text.Split(',');
            int[] grid = Array.ConvertAll(sides, side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0);
            if (grid.Length is not (2 or 3) || grid.Any(side => side < 1))
            {
                result.AddError($"{name}: '{text}' is no grid; write R,C such as 16,16, or T,R,C such as 4,16,16");
                return null;
            }
            return grid;
        },
    };

    /// <summary>Some of a few words, comma-separated, each standing for a value.</summary>
    public static Option<T[]?> Choices<T>(string name, string valueName, string description, params (string Word, T Value)[] choices) => new(name)
    {
        Description = description,
        HelpName = valueName,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            List<T> chosen = [];
            foreach (string word in result.Tokens[0].Value.Split(','))
            {
                int index = Array.FindIndex(choices, choice => choice.Word.Equals(word, StringComparison.OrdinalIgnoreCase));
                if (index < 0)
                {
                    result.AddError($"{name}: '{word}' is not one of {string.Join(", ", choices.Select(choice => choice.Word))}");
                    return null;
                }
                chosen.Add(choices[index].Value);
            }
            return [.. chosen.Distinct()];
        },
    };

    /// <summary>Whole numbers, comma-separated.</summary>
    public static Option<int[]?> Integers(string name, string valueName, string description, int least, int most) => new(name)
    {
        Description = description,
        HelpName = valueName,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            List<int> numbers = [];
            foreach (string word in result.Tokens[0].Value.Split(','))
            {
                if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < least || number > most)
                {
                    result.AddError($"{name}: '{word}' is not a whole number of {Range(least, most)}");
                    return null;
                }
                numbers.Add(number);
            }
            return [.. numbers.Distinct()];
        },
    };

    /// <summary>An unsigned 64-bit number, decimal or hexadecimal after <c>0x</c>.</summary>
    public static Option<ulong?> Seed(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "S",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            bool parsed = hexadecimal
                ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
                : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
            if (!parsed)
            {
                result.AddError($"{name}: '{text}' is not a whole number from 0 to {ulong.MaxValue} (or 0x0 to 0x{ulong.MaxValue:x})");
                return null;
            }
            return value;
        },
    };

    /// <summary>One of a few words, each standing for a value.</summary>
    public static Option<T?> Choice<T>(string name, string description, params (string Word, T Value)[] choices)
        where T : struct
    {
        string words = string.Join("|", choices.Select(choice => choice.Word));
        Option<T?> option = new(name)
        {
            Description = description,
            HelpName = words,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                foreach ((string word, T value) in choices)
                {
                    if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
                    {
                        return value;
                    }
                }
                result.AddError($"{name}: '{text}' is not one of {string.Join(", ", choices.Select(choice => choice.Word))}");
                return null;
            },
        };
        option.CompletionSources.Add(choices.Select(choice => choice.Word).ToArray());
        return option;
    }

    private static string Range(float least, float most) => most >= float.MaxValue || most >= int.MaxValue
        ? string.Create(CultureInfo.InvariantCulture, $"{least} and up")
        : string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
}
