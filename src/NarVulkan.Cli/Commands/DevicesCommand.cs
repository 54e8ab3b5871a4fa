using System.CommandLine;
using System.Text.Json;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk devices</c>: what each Vulkan device offers, and which kernels it would use.</summary>
internal sealed class DevicesCommand(CliConsole console, IEngine engine) : ICliCommand
{
    public string Name => "devices";

    public string Description => "what each Vulkan device offers, and which kernels it would use";

    public IReadOnlyList<OptionGroup> Groups => [Reporting.Group];

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples => [("devices --json", "the same for a script")];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        IReadOnlyList<NarDeviceInfo> devices = engine.EnumerateDevices();
        if (devices.Count == 0)
        {
            throw new DeviceException("the Vulkan loader is there, but no driver offers a device; install one (Debian, Ubuntu: mesa-vulkan-drivers)");
        }
        if (verbosity.Json)
        {
            JsonReport.Write(console.Output, json => WriteJson(json, devices));
        }
        else if (verbosity.PrintsText)
        {
            foreach (NarDeviceInfo device in devices)
            {
                console.Output.Write(DeviceText.Describe(device));
            }
        }
        return devices.Any(device => device.Usable) ? ExitCodes.Done : ExitCodes.Device;
    }

    private static void WriteJson(Utf8JsonWriter json, IReadOnlyList<NarDeviceInfo> devices)
    {
        json.WriteStartArray("devices");
        foreach (NarDeviceInfo device in devices)
        {
            json.WriteStartObject();
            json.WriteNumber("index", device.Index);
            json.WriteString("name", device.Name);
            json.WriteString("kind", device.Kind);
            json.WriteString("driver", device.Driver);
            json.WriteString("apiVersion", device.ApiVersion);
            json.WriteBoolean("usable", device.Usable);
            if (device.WhyNot is { } why)
            {
                json.WriteString("whyNot", why);
            }
            json.WriteStartObject("properties");
            foreach ((string name, string value) in device.Properties)
            {
                json.WriteString(name, value);
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
