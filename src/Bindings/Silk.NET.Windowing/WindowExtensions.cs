namespace Silk.NET.Windowing;

/// <summary>The usual ways to use a window.</summary>
public static class WindowExtensions
{
    /// <summary>Initialises it, then handles its events and calls its update and render handlers until it closes.</summary>
    public static void Run(this IView view)
    {
        view.Initialize();
        view.Run(() =>
        {
            view.DoEvents();
            if (!view.IsClosing)
            {
                view.DoUpdate();
            }

            if (!view.IsClosing)
            {
                view.DoRender();
            }
        });
        view.DoEvents();
        view.Reset();
    }
}
