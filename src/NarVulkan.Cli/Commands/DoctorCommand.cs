using System.CommandLine;
using NarVulkan.Cli.Engine;
using NarVulkan.Cli.Options;
using NarVulkan.Cli.Output;

namespace NarVulkan.Cli.Commands;

/// <summary><c>narvk doctor</c>: is there a driver, what can the device do, does it compute correctly.</summary>
internal sealed class DoctorCommand(CliConsole console, IEngine engine) : ICliCommand
{
    private readonly EngineOptions engineOptions = new();

    public string Name => "doctor";

    public string Description => "check the Vulkan driver and the device, with a self-test";

    public IReadOnlyList<OptionGroup> Groups => [new OptionGroup("Device", engineOptions.Device, engineOptions.ShaderDirectory), Reporting.Group];

    public IEnumerable<Option> HiddenOptions => [];

    public IReadOnlyList<Argument> Arguments => [];

    public ReportingOptions Reporting { get; } = new();

    public IReadOnlyList<(string CommandLine, string Effect)> Examples => [("doctor --device 1", "test the second device")];

    public int Run(ParseResult arguments, CancellationToken cancellation)
    {
        Verbosity verbosity = Reporting.Read(arguments);
        int deviceCount = engine.EnumerateDevices().Count;
        using IEngineContext context = engine.Open(engineOptions.ReadContext(arguments, console));
        IReadOnlyList<NarSelfTestResult> tests = context.SelfTest();
        int failed = tests.Count(test => !test.Passed);
        if (verbosity.Json)
        {
            WriteJson(deviceCount, context.Device, tests);
        }
        else if (verbosity.PrintsText)
        {
            WriteText(deviceCount, context.Device, tests);
        }
        return failed == 0
            ? ExitCodes.Done
            : throw new DeviceException($"{failed} of {tests.Count} self-tests failed on {context.Device.Name}; update its driver ({context.Device.Driver}), or choose another with --device");
    }

    private void WriteText(int deviceCount, NarDeviceInfo device, IReadOnlyList<NarSelfTestResult> tests)
    {
        console.Output.WriteLine($"Vulkan loader found; {deviceCount} {(deviceCount == 1 ? "device" : "devices")}. Testing:");
        console.Output.Write(DeviceText.Describe(device));
        if (device.Shortcomings.Count > 0)
        {
            console.Output.WriteLine("What it lacks, and what follows:");
            foreach (string sentence in device.Shortcomings)
            {
                console.Output.WriteLine("  " + sentence);
            }
        }
        console.Output.WriteLine("Self-test:");
        console.Output.Write(TextTable.Columns(tests.Select(test => new[] { test.Passed ? "ok" : "FAILED", test.Name, test.Detail }).ToList()));
        console.Output.WriteLine(tests.Count(test => !test.Passed) switch
        {
            0 => $"All {tests.Count} passed.",
            int failed => $"{failed} of {tests.Count} failed: this device does not compute correctly.",
        });
    }

    private void WriteJson(int deviceCount, NarDeviceInfo device, IReadOnlyList<NarSelfTestResult> tests) => JsonReport.Write(console.Output, json =>
    {
        json.WriteString("command", Name);
        json.WriteNumber("devices", deviceCount);
        json.WriteDevice(device);
        json.WriteStrings("shortcomings", device.Shortcomings);
        json.WriteStartArray("selfTest");
        foreach (NarSelfTestResult test in tests)
        {
            json.WriteStartObject();
            json.WriteString("name", test.Name);
            json.WriteBoolean("passed", test.Passed);
            json.WriteString("detail", test.Detail);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBoolean("passed", tests.All(test => test.Passed));
    });
}
