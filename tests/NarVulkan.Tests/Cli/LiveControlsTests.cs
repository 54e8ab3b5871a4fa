using System.Diagnostics;
using NarVulkan.Cli.Live;
using NarVulkan.Windowing;
using Xunit;

namespace NarVulkan.Tests.Cli;

public sealed class LiveControlsTests
{
    private readonly LiveControls controls = new();

    [Fact]
    public void Wait_NoKey_StepsWhileThereAreSteps() => Assert.Equal(LiveAction.Step, Wait());

    [Fact]
    public void HeldKeys_ButTheRightArrow_CountOnce()
    {
        const int released = 0, pressed = 1, repeated = 2;
        WindowKey[] keys = Enum.GetValues<WindowKey>();

        Assert.All(keys, key => Assert.True(KeyListener.Counts(key, pressed)));
        Assert.All(keys, key => Assert.False(KeyListener.Counts(key, released)));
        Assert.Equal([WindowKey.Right], keys.Where(key => KeyListener.Counts(key, repeated)));
    }

    [Fact]
    public void Wait_EarlyStep_ComesNotBeforeItsTime()
    {
        long notBefore = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 20);

        Assert.Equal(LiveAction.Step, controls.Wait(unfinished: true, notBefore));
        Assert.True(Stopwatch.GetTimestamp() >= notBefore);
    }

    [Fact]
    public async Task Wait_Paused_TellsItOnceThenWaitsForAKey()
    {
        controls.Press(WindowKey.Space);
        Assert.True(controls.IsPaused);
        Assert.Equal(LiveAction.Pause, Wait());
        Task<LiveAction> waiting = Task.Run(Wait);
        await Task.Delay(30);
        Assert.False(waiting.IsCompleted);

        controls.Press(WindowKey.Space);

        Assert.Equal(LiveAction.Step, await waiting);
    }

    [Fact]
    public async Task Wait_RightArrow_GivesOneStepForEachPress()
    {
        controls.Press(WindowKey.Right);
        controls.Press(WindowKey.Right);

        Assert.True(controls.IsPaused);
        Assert.Equal([LiveAction.Step, LiveAction.Step], [Wait(), Wait()]);
        Task<LiveAction> third = Task.Run(Wait);
        await Task.Delay(30);
        Assert.False(third.IsCompleted);
        controls.Stop();
        await Assert.ThrowsAsync<OperationCanceledException>(() => third);
    }

    [Fact]
    public async Task Wait_RightArrowAfterTheEnd_GrantsNothingToTheNext()
    {
        controls.Press(WindowKey.Right);
        controls.Press(WindowKey.S);
        Assert.Equal(LiveAction.Save, controls.Wait(unfinished: false, 0));
        Task<LiveAction> resting = Task.Run(() => controls.Wait(unfinished: false, 0));
        controls.Press(WindowKey.R);

        Assert.Equal(LiveAction.Reseed, await resting);
        Assert.False(controls.IsPaused);
    }

    [Fact]
    public void Wait_SaveAndReseed_ComeBeforeSteps()
    {
        controls.Press(WindowKey.R);
        controls.Press(WindowKey.S);

        Assert.Equal([LiveAction.Save, LiveAction.Reseed, LiveAction.Step], [Wait(), Wait(), Wait()]);
    }

    [Fact]
    public void Wait_Stopped_Throws()
    {
        controls.Stop();

        Assert.Throws<OperationCanceledException>(() => Wait());
    }

    private LiveAction Wait() => controls.Wait(unfinished: true, 0);
}
