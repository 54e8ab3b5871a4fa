using NarVulkan;
using SpinningCube;

SampleOptions? options = SampleOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(SampleOptions.Usage);
    return 2;
}
try
{
    using Game game = new(options);
    game.Run();
    Console.WriteLine(game.Report);
    return 0;
}
catch (NarException e)
{
    Console.Error.WriteLine(e.Message);
    return e is ModelFileException ? 3 : 4;
}
