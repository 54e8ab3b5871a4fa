using System.Globalization;

namespace SpinningCube;

/// <summary>What the command line asks for.</summary>
internal sealed record SampleOptions
{
    public const string Usage = """
        usage: SpinningCube [--model DIR] [--budget MS] [--clips N] [--device NAME] [--seed N]
          --model    a model folder with a generator and a tokenizer (default: weights/demo-video of this repository)
          --budget   device time for generating in each frame, in milliseconds (default: 4)
          --clips    close after so many clips (default: when the window is closed)
          --device   a part of the Vulkan device's name (default: the first that can present)
          --seed     seed of the first clip (default: 1)
        """;

    public required string Model { get; init; }

    public double Budget { get; init; } = 4;

    public int? Clips { get; init; }

    public string? Device { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>Reads a command line; null where it is none.</summary>
    public static SampleOptions? Parse(string[] arguments)
    {
        SampleOptions options = new() { Model = DefaultModel() };
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            string value = arguments[i + 1];
            bool isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0;
            switch (arguments[i])
            {
                case "--model": options = options with { Model = value }; break;
                case "--device": options = options with { Device = value }; break;
                case "--budget" when isNumber: options = options with { Budget = number }; break;
                case "--clips" when isNumber: options = options with { Clips = (int)number }; break;
                case "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed): options = options with { Seed = seed }; break;
                default: return null;
            }
        }
        return arguments.Length % 2 == 0 ? options : null;
    }

    // Beside the program in a source tree: the first folder above it that has one.
    private static string DefaultModel()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string model = Path.Combine(folder.FullName, "weights", "demo-video");
            if (Directory.Exists(model))
            {
                return model;
            }
        }
        return "weights/demo-video";
    }
}
