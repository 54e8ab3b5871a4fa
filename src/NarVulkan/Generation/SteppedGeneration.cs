using NarVulkan.Models;
using NarVulkan.Vulkan;

namespace NarVulkan.Generation;

/// <summary>
/// A generation recorded step by step, in pieces that a frame of a game has time for, to be executed by other command buffers in order. The same dispatches as
/// a <see cref="GenerationPlan"/>, whose pieces are submitted as they are.
/// </summary>
internal sealed class SteppedGeneration : IDisposable
{
    /// <summary>
    /// Pieces to a budget of a submission: at 2e10 multiply-adds a second a piece takes 2 ms on a software device, at 5e12 a second 0.4 ms on a discrete one, at
    /// 1e11 a second 1 ms on an integrated one. A dispatch of more than that is a piece by itself.
    /// </summary>
    private const double PiecesPerBudget = 100;

    private readonly VulkanDevice device;
    private readonly SecondaryCommands commands;

    /// <summary>Allocates and records.</summary>
    /// <exception cref="DeviceException">The device has no memory for it.</exception>
    public SteppedGeneration(KernelSet kernels, GeneratorWeights weights, PlanKey key)
    {
        device = kernels.Device;
        State = new GenerationState(device, weights, key);
        try
        {
            Known = device.CreateBuffer("knownTokens", sizeof(uint), BufferUse.Storage);
            var steps = new StepRecorder(kernels, weights, State.Buffers, key);
            steps.Rehearse();
            using var recorder = new CommandRecorder(device, "step", PieceBudget(device), secondary: true);
            foreach (var step in weights.Schedule.Steps)
            {
                if (step.Index > 0)
                {
                    recorder.EndPieceHere();
                }
                steps.Record(recorder, step);
                recorder.Fill(Known, 0, sizeof(uint), (uint)(step.FirstSampled + step.Sampled.Count));
            }
            commands = recorder.FinishSecondary();
        }
        catch
        {
            Known?.Dispose();
            State.Dispose();
            throw;
        }
    }

    /// <summary>Memory, inputs and results.</summary>
    public GenerationState State { get; }

    /// <summary>How many tokens of each sample exist, uint32 [1].</summary>
    public DeviceBuffer Known { get; }

    /// <summary>All steps in order; none shares a piece with another.</summary>
    public IReadOnlyList<RecordedPiece> Pieces => commands.Pieces;

    /// <summary>Multiply-adds of a piece that host command buffers execute.</summary>
    public static double PieceBudget(VulkanDevice device) => device.Profile.WorkBudget / PiecesPerBudget;

    /// <summary>Uploads the values of a request's samples from <paramref name="first"/> on; nothing that was recorded here may be in flight.</summary>
    public void SetInputs(GenerationInputs inputs, NarGenerationRequest request, int first)
    {
        device.Uploads.Fill(Known, 0, sizeof(uint), 0);
        State.SetInputs(inputs, request, first);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        commands.Dispose();
        Known.Dispose();
        State.Dispose();
    }
}
